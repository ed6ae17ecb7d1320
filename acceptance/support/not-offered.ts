/** Thrown by a case that needs what the target does not have: no fault of the target. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}
