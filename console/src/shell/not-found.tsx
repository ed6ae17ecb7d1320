import { Link } from '@tanstack/react-router';
import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';
import { texts } from '../texts.ts';

export function NotFound() {
  return (
    <Page title={texts.notFound.title}>
      <Empty title={texts.notFound.title} action={<Link to="/">{texts.notFound.home}</Link>}>
        {texts.notFound.hint}
      </Empty>
    </Page>
  );
}
