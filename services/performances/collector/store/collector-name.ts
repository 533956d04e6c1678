/** The actor of what the collector changes, in the audit log. */
export const collectorName = 'collector';
