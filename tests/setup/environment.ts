import { TestEnvironment } from 'jest-environment-node';
import { ensurePrograms, neededPrograms } from './programs.ts';

type Given = ConstructorParameters<typeof TestEnvironment>;

// A worker that has nothing left to do ends at once. By itself Node first takes the heap apart, which after large suites on
// a busy machine takes longer than the half second after which jest says that something was left open. What is really left
// open keeps the event loop going, and this from happening.
if (process.send) process.once('beforeExit', () => process.exit());

/**
 * Of jest, once a test file: Node, with the programs that the first comment of the file asks for, such as
 * `@needs nginx curl`. They are installed outside of the time-outs of its tests.
 */
export default class Environment extends TestEnvironment {
  readonly #needs: Given[1]['docblockPragmas'][string] | undefined;

  constructor(config: Given[0], context: Given[1]) {
    super(config, context);
    this.#needs = context.docblockPragmas['needs'];
  }

  override async setup(): Promise<void> {
    await super.setup();
    await ensurePrograms(neededPrograms(this.#needs));
  }
}
