import { chromium } from 'playwright-core';
import AxeBuilderModule from '@axe-core/playwright';
import { startTestServer } from './support/server.ts';
const AxeBuilder = (AxeBuilderModule as any).default ?? AxeBuilderModule;
const s = await startTestServer();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const q = new URLSearchParams({ client_id: s.app.card.signInApps['portal']!.clientId, response_type: 'code', redirect_uri: 'http://localhost:1234', scope: 'openid profile offline_access LearningProvider.ReadWrite', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', state: 'abc', login_hint: 'learner@contoso.onmicrosoft.com' });
const bad = new URLSearchParams({ ...Object.fromEntries(q), redirect_uri: 'https://evil.example/a/very/long/path/that/does/not/wrap/easily/because/it/has/no/spaces' });
const dev = await s.call({ method: 'POST', path: '/common/oauth2/v2.0/devicecode', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `client_id=${s.app.card.signInApps['portal']!.clientId}&scope=openid` });
console.log(dev.body);
const pages: Record<string, string> = { signin: `/common/oauth2/v2.0/authorize?${q}`, error: `/common/oauth2/v2.0/authorize?${bad}`, device: `/common/oauth2/v2.0/deviceauth?user_code=${dev.body.user_code}`, logout: '/common/oauth2/v2.0/logout' };
for (const scheme of ['light', 'dark'] as const) for (const width of [320, 768, 1280]) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, colorScheme: scheme, viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.on('console', (m) => console.log('console', m.text()));
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(s.origin + path);
    await page.screenshot({ path: `/tmp/shots/${name}-${scheme}-${width}.png`, fullPage: true });
    const axe = await new AxeBuilder({ page }).analyze();
    if (axe.violations.length) console.log(name, scheme, width, JSON.stringify(axe.violations.map((v: any) => [v.id, v.nodes.map((n: any) => n.html + n.failureSummary)]), null, 1));
    if (name === 'device') { await page.getByRole('button', { name: 'Next' }).click(); await page.screenshot({ path: `/tmp/shots/device2-${scheme}-${width}.png`, fullPage: true }); }
  }
  await context.close();
}
await browser.close();
await s[Symbol.asyncDispose]();
