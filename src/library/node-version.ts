/** Whether the Node of a program can run the server. Imports nothing, so that every Node can read it. */

const NEEDED_MAJOR = 24;

/** @param version as in `process.versions.node`; @throws Error in one sentence when it is too old */
export function checkNode(version: string): void {
  if (Number.parseInt(version, 10) >= NEEDED_MAJOR) return;
  throw new Error(
    `Vivarium as a library runs in your own process and needs Node ${NEEDED_MAJOR} or newer there; this is Node ${version}. ` +
      'The command line (npx vivarium) comes with its own Node.',
  );
}
