import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** Adds a typed object to a chart. The types are checked here, the schema when the chart is rendered. */
export function manifest(scope: Construct, id: string, model: { toJSON(): unknown }): ApiObject {
  // Every model carries apiVersion, kind and metadata; its own toJSON is typed as unknown.
  return new ApiObject(scope, id, model.toJSON() as ApiObjectProps);
}
