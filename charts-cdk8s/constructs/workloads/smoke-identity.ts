import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { namespace } from '../../names.ts';

/** The account of checks: nothing is allowed to it anywhere, and it has no token. */
export const smokeAccount = 'canary-smoke';

export class SmokeIdentity extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ServiceAccount(this, 'account', { automountToken: false, metadata: { name: smokeAccount, namespace } });
  }
}
