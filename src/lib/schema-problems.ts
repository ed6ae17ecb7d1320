/** What a checker of JSON schemas complains about, in words. */
import type { ErrorObject } from 'ajv';

/** One text for each error: the place, with dots, and what is wrong there. `whole` names the value itself. */
export function describeErrors(errors: readonly ErrorObject[], whole: string): string[] {
  return errors.map(({ instancePath, message, params }) => {
    const place = instancePath.slice(1).replaceAll('/', '.') || whole;
    const name = (params['additionalProperty'] ?? params['propertyName'] ?? '') as string;
    const allowed = (params['allowedValues'] ?? []) as readonly string[];
    return `${place} ${message ?? 'is not valid'}${name && ` (${name})`}${allowed.length > 0 ? `: ${allowed.join(', ')}` : ''}`;
  });
}
