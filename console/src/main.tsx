import { FluentProvider } from '@fluentui/react-components';
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { setActionProblem } from './api/action-problem.ts';
import { RequestProblem } from './api/request.ts';
import { router } from './router.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { useTheme } from './theme.ts';
import './page.css';

/** What the server refused it refuses again; what did not reach it may reach it the second time. */
const isWorthRepeating = (count: number, problem: unknown): boolean =>
  count < 2 && !(problem instanceof RequestProblem && problem.status > 0 && problem.status < 500);

const queries = new QueryClient({
  mutationCache: new MutationCache({
    onMutate: (_variables, { meta }) => meta?.['isShownAbove'] === true && setActionProblem(undefined),
    onError: (problem, _variables, _result, { meta }) => meta?.['isShownAbove'] === true && setActionProblem(problem),
  }),
  defaultOptions: { queries: { retry: isWorthRepeating, staleTime: 2_000, refetchOnWindowFocus: true } },
});

function Console() {
  return (
    <FluentProvider theme={useTheme()}>
      {/* Not a class of the provider: whatever opens above the page would get it too, and cover the page. */}
      <div className="frame">
        <QueryClientProvider client={queries}>
          <SignIn>
            <RouterProvider router={router} />
          </SignIn>
        </QueryClientProvider>
      </div>
    </FluentProvider>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
