import { type Finding, finding, type Objects } from '../finding.ts';

/** Keys of a ConfigMap or Secret are names of files, and all of it is at most 1 MiB. */
export function configData(objects: Objects): Finding[] {
  return objects
    .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
    .flatMap((object) => {
      const data = Object.entries(object.data ?? {});
      const bytes = data.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
      return [
        ...data
          .filter(([key]) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key === '..')
          .map(([key]) => finding('kubernetes/config', object, `'${key}' is no key`)),
        ...(bytes > 1_048_576
          ? [finding('kubernetes/config', object, `it is ${bytes} bytes, of 1048576 at most`)]
          : []),
      ];
    });
}

/** Argo CD keeps what it applied; client-side apply keeps it in an annotation, which is bounded. */
export function objectSizes(objects: Objects): Finding[] {
  return objects
    .map((object) => ({ object, bytes: Buffer.byteLength(JSON.stringify(object)) }))
    .filter(({ bytes }) => bytes > 1_500_000)
    .map(({ object, bytes }) => finding('kubernetes/size', object, `it is ${bytes} bytes; etcd takes 1.5 MB`));
}
