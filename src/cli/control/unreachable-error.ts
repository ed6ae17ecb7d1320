import { StartError } from '../../lib/start-error.ts';

/** A command has found no server that does what it asks: none is there, it is no sandbox, or the token is not its own. */
export class UnreachableError extends StartError {}
