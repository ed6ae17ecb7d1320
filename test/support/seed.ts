/** What tests make up at random begins with one number, so that a red run is of the change at hand and can be repeated. */

/** Any will do, as long as it stays. */
const USUAL = 20_221_018;

/** The variable `TEST_SEED` names another one; `random` takes a new one for each test file. */
export const testSeed = readSeed(process.env['TEST_SEED'] ?? String(USUAL));

function readSeed(text: string): number {
  if (text === 'random') return Math.floor(Math.random() * 2 ** 31);
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`TEST_SEED is ${text}, and has to be a whole number or random.`);
  return Number(text);
}

/** Numbers of [0, 1), the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
