/** Lets through who has a session; others trade the code of the start, or a token, for one. */
import { lazy, Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { openSession, takeCode, useSession } from '../api/session.ts';

const SignInPage = lazy(() => import('./sign-in-page.tsx'));

/** Taken once: strict mode renders twice, and a code is good for one session. */
const code = takeCode();
let opening = code === undefined ? undefined : openSession({ code });

export function SignIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(opening !== undefined);
  useEffect(() => {
    opening?.catch(setProblem).finally(() => {
      opening = undefined;
      setBusy(false);
    });
  }, []);
  if (session !== undefined) return children;
  if (isBusy) return null;
  return (
    <Suspense>
      <SignInPage problem={problem} onProblem={setProblem} />
    </Suspense>
  );
}
