/** What is done to a target, after which all that was read of targets is read again. */
export const TARGETS = ['sync targets'] as const;

export interface TargetActionProps {
  readonly name: string;
  /** Of the target, in the admin API. */
  readonly path: string;
  onClose(): void;
}
