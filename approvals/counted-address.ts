import { mailboxOf } from "./gate/compare-identity.ts";

/**
 * What an address is counted and recognised by: the mailbox it leads to, without capitals and without what follows a plus. Two
 * addresses that are counted as one may still be two; that asks once too often and never once too little. Contract: pure.
 */
export function countedAddress(address: string): string {
  const plain = address.trim().toLowerCase();
  return plain.includes("@") ? mailboxOf(plain).replace(/(?<=.)\+[^@]*@/, "@") : plain;
}
