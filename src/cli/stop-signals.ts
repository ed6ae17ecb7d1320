/** The signals that end a server. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Those of `vivarium serve`: SIGHUP has it read its certificate again. */
export const SERVE_STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
