import { type Answer, localAnswer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { authorize } from './authorization.ts';
import type { Door } from './mesh.ts';
import type { MeshRequest } from './request.ts';

export interface Visitor {
  /** Undefined for a client outside the mesh. */
  readonly principal: string | undefined;
  readonly sourceIp: string;
  readonly remoteIp: string;
}

export type Admission =
  | { readonly admitted: MeshRequest; readonly policy: string }
  | { readonly answer: Answer; readonly policy: string };

/** RequestAuthentication, then AuthorizationPolicy: of the gateway for those outside, of a workload for its callers. */
export async function admit(
  request: MeshRequest,
  door: Door,
  { visitor, destinationPort, now }: { visitor: Visitor; destinationPort: number; now: number },
): Promise<Admission> {
  const authentication = await authenticate(request, door.jwtRules, now);
  if ('refused' in authentication) {
    const headers = { 'www-authenticate': authentication.challenge };
    return {
      answer: localAnswer(authentication.status, authentication.refused, { flags: 'UAEX', headers }),
      policy: 'RequestAuthentication',
    };
  }
  const { claims, request: admitted } = authentication;
  const { allowed, policy } = authorize(door.policies, { ...visitor, request: admitted, claims, destinationPort });
  if (allowed) return { admitted, policy };
  return { answer: localAnswer(403, 'RBAC: access denied', { flags: 'RBAC' }), policy };
}
