/** Examples for the help of each command that does something. */

/** By the words of the command, without `vivarium`. */
export const COMMAND_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  start: ['start', 'start --port 0 --ephemeral --ready-file ready.json', 'start --seed my-seed.yaml --data my-data'],
  token: ['token --app writer', 'token --user learner --scope User.Read', 'token --app reader --ready-file ready.json'],
  env: ['env', 'env --ready-file ready.json', 'env --shell powershell'],
  migrate: ['migrate --database postgres://vivarium@db.example/vivarium'],
  'renew-ca': ['renew-ca', 'renew-ca --tls-name vivarium'],
  init: ['init', 'init my-sandbox'],
  validate: ['validate', 'validate --seed my-seed.yaml --output json'],
  healthcheck: ['healthcheck', 'healthcheck --url https://localhost:8443'],
  'contract diff': ['contract diff v1.0-Prod.csdl', 'contract diff schema.xml --api-version beta --output json'],
  status: ['status', 'status --output json'],
  reset: ['reset', 'reset --tenant contoso.onmicrosoft.com'],
  ids: ['ids "my test"', 'ids --random'],
  'fault add': [
    'fault add --preset tooManyRequests --first 2 --retry-after 1',
    'fault add --error serviceUnavailable --first 1 --retry-after none',
    'fault add --preset resetAfterCommit --path "/employeeExperience/**" --nth 3',
    'fault add --preset tokenThrottledOnce --app writer',
    'fault add --latency 100-500 --method GET --probability 0.5',
  ],
  'fault list': ['fault list'],
  'fault remove': ['fault remove tooManyRequests'],
  'fault enable': ['fault enable tooManyRequests'],
  'fault disable': ['fault disable tooManyRequests'],
  'fault presets': ['fault presets'],
  'fault clear': ['fault clear'],
  'limit add': [
    'limit add --requests 5 --window-seconds 10 --method POST',
    'limit add --requests 5 --window-seconds 2 --early-factor 2',
    'limit add --preset 429After20PerMinute',
  ],
  'limit list': ['limit list'],
  'limit remove': ['limit remove 429ForTenant'],
  'limit clear': ['limit clear'],
  'journal list': ['journal list --status 4xx', 'journal list --method POST --learner learner --limit 10'],
  'journal show': ['journal show 7', 'journal show 7ba2228a-e020-11ec-9d64-0242ac120002'],
  'journal follow': ['journal follow', 'journal follow --status 5xx'],
  'journal verify': [
    'journal verify --method POST --path "/employeeExperience/**" --exactly 2',
    'journal verify --unexpected --operation createLearningCourseActivity',
  ],
  'journal curl': ['journal curl 7'],
  'journal har': ['journal har --file requests.har'],
  'journal clear': ['journal clear'],
  'clock show': ['clock show'],
  'clock freeze': ['clock freeze', 'clock freeze 2030-01-02T03:04:05Z'],
  'clock set': ['clock set 2030-01-02T03:04:05Z'],
  'clock advance': ['clock advance PT1H', 'clock advance 5000 --back'],
  'clock run': ['clock run 60'],
  'clock real': ['clock real'],
  'snapshot create': ['snapshot create before', 'snapshot create before --tenant contoso.onmicrosoft.com'],
  'snapshot list': ['snapshot list'],
  'snapshot restore': ['snapshot restore before'],
  'snapshot delete': ['snapshot delete before'],
  'snapshot export': ['snapshot export before before.ndjson'],
  'snapshot import': ['snapshot import before before.ndjson'],
  'seed reload': ['seed reload', 'seed reload --file other.yaml'],
  completion: ['completion bash'],
  version: ['version', 'version --output json'],
  help: ['help', 'help fault add'],
};

/** For the end of a help. */
export function formatExamples(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  vivarium ${example}`).join('\n')}`;
}
