/** Which proxies are trusted to say where a request came from. */
import { BlockList, isIP } from 'node:net';

/**
 * Whether the address is that of a proxy whose `X-Forwarded-…` is trusted. `hop` is 0 for the peer of the connection, 1 for
 * the address that the peer names, and so on.
 */
export type ProxyCheck = (address: string, hop: number) => boolean;

/** Trusts the peer of each connection, and no address that it names. */
export const trustConnected: ProxyCheck = (_address, hop) => hop === 0;

/** @param networks addresses and networks, such as `10.0.0.0/8` */
export function trustProxies(networks: readonly string[]): ProxyCheck {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
