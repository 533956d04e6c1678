/** What a test starts and must stop. A promise and not just something to await, so that `afterAll` can be given it. */
export interface TestResource extends AsyncDisposable {
  [Symbol.asyncDispose](): Promise<void>;
}
