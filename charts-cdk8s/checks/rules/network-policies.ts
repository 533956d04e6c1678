import { BlockList, isIP } from 'node:net';
import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind } from '../typed-objects.ts';

/** Addresses in network policies are blocks, and exceptions are inside of them. */
export function addressBlocks(objects: Objects): Finding[] {
  return ofKind(objects, 'NetworkPolicy').flatMap((object) =>
    [
      ...(object.spec?.ingress ?? []).flatMap((rule) => rule.from ?? []),
      ...(object.spec?.egress ?? []).flatMap((rule) => rule.to ?? []),
    ].flatMap(({ ipBlock, podSelector, namespaceSelector }) => {
      if (!ipBlock) return [];
      if (podSelector ?? namespaceSelector)
        return [finding('kubernetes/network-policy', object, 'a peer is addresses or pods, not both')];
      const outside = (ipBlock.except ?? []).filter((block) => !isInside(block, ipBlock.cidr));
      return [
        ...(isBlock(ipBlock.cidr) ? [] : [`'${ipBlock.cidr}' is no block of addresses`]),
        ...outside.map((block) => `'${block}' is not inside of ${ipBlock.cidr}`),
      ].map((message) => finding('kubernetes/network-policy', object, message));
    }),
  );
}

/** A policy for egress that lists no egress closes it, which is right; one with rules of a kind that it does not name has no effect. */
export function policyTypes(objects: Objects): Finding[] {
  return ofKind(objects, 'NetworkPolicy').flatMap((object) => {
    const { policyTypes: types, ingress, egress } = object.spec ?? {};
    return [
      ...(egress && types && !types.includes('Egress') ? ['it has egress rules, and not the type Egress'] : []),
      ...(ingress && types && !types.includes('Ingress') ? ['it has ingress rules, and not the type Ingress'] : []),
    ].map((message) => finding('kubernetes/network-policy', object, message));
  });
}

function isBlock(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family > 0 && /^\d+$/.test(length) && Number(length) <= (family === 4 ? 32 : 128) && rest.length === 0;
}

function isInside(inner: string, outer: string): boolean {
  if (!isBlock(inner) || !isBlock(outer)) return false;
  const [address = '', length] = outer.split('/');
  const [start = '', innerLength] = inner.split('/');
  if (isIP(address) !== isIP(start)) return false;
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return block.check(start, family) && Number(innerLength) >= Number(length);
}
