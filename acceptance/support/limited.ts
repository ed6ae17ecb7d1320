/** The second server that the suite starts, which allows few requests: for what clients do when they are told to wait. */
import { createScene } from './scene.ts';
import type { Scene } from './scene.ts';
import { NotOffered } from './not-offered.ts';

/** Each app has a count of its own there. Throws NotOffered. */
export function openLimitedScene({ target }: Scene): Scene {
  const limited = target.own?.limited;
  if (limited === undefined) throw new NotOffered('it takes a server with a low limit of requests');
  return createScene(limited);
}
