/**
 * What an authority may sign for, as an extension of its certificate (RFC 5280, section 4.2.1.10). A DNS name permits its
 * subdomains as well: the extension cannot say it more narrowly.
 */
import { BlockList, isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';

export const NAME_CONSTRAINTS = '2.5.29.30';

const LOOPBACK_SUBTREES: readonly GeneralName[] = [
  new GeneralName({ dNSName: 'localhost' }),
  new GeneralName({ iPAddress: '127.0.0.0/8' }),
  new GeneralName({ iPAddress: '::1/128' }),
];

/** The value of the extension that permits loopback and these DNS names and IP addresses. */
export function permitNames(names: readonly string[]): ArrayBuffer {
  const asked = names.filter((name) => !isCovered(name, LOOPBACK_SUBTREES)).map(toSubtree);
  const permitted = [...LOOPBACK_SUBTREES, ...asked].map((base) => new GeneralSubtree({ base }));
  return AsnConvert.serialize(new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) }));
}

/** Those of the names that the value of the extension does not permit. */
export function listForbiddenNames(value: ArrayBuffer, names: readonly string[]): readonly string[] {
  const { permittedSubtrees } = AsnConvert.parse(value, NameConstraints);
  const permitted = [...(permittedSubtrees ?? [])].map(({ base }) => base);
  return names.filter((name) => !isCovered(name, permitted));
}

/** Both kinds are always named, since a kind that no subtree is of is not constrained. */
function toSubtree(name: string): GeneralName {
  const version = isIP(name);
  if (version === 0) return new GeneralName({ dNSName: name });
  return new GeneralName({ iPAddress: `${name}/${version === 4 ? 32 : 128}` });
}

function isCovered(name: string, permitted: readonly GeneralName[]): boolean {
  const version = isIP(name);
  if (version === 0) return permitted.some(({ dNSName }) => name === dNSName || name.endsWith(`.${dNSName}`));
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const subnets = new BlockList();
  for (const { iPAddress } of permitted) {
    const [net = '', prefix] = iPAddress?.split('/') ?? [];
    if (isIP(net) === version) subnets.addSubnet(net, Number(prefix), family);
  }
  return subnets.check(name, family);
}
