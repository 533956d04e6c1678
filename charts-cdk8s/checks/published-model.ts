/** A published model: its validator is compiled from the schema of the CRD or of Kubernetes. */
export interface PublishedModel {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}
