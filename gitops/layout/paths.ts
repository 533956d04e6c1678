import { posix } from 'node:path';

/** Folder of what belongs to no one service: namespaces, the gateway, rules for everybody. */
export const sharedFolder = 'mesh';

/** Where things are in the manifest repository. All paths are relative to its root, with forward slashes. */
export const paths = {
  environment: (environment: string) => posix.join('environments', environment),
  service: (environment: string, service: string) => posix.join('environments', environment, service),
  kustomization: (environment: string, service: string) =>
    posix.join('environments', environment, service, 'kustomization.yaml'),
  manifests: (environment: string, service: string) => posix.join('environments', environment, service, 'manifests'),
  operators: (environment: string) => posix.join('argocd', environment, 'operators'),
  argocd: (environment: string) => posix.join('argocd', environment),
} as const;
