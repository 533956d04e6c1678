/** How a pod stops without losing a request. In seconds. */
const preStopSeconds = 10;

/** What `runComponents` gives the parts of a workload to finish what is under way. */
const drainSeconds = 20;

/** For the sidecar, which stops after the workload, and for the pod's end itself. */
const marginSeconds = 15;

export const stop = {
  /**
   * Between the decision and SIGTERM, while every proxy and kube-proxy hears that the pod is going. The workload goes on
   * answering.
   */
  preStopSeconds,
  /** After this Kubernetes kills what is left. */
  graceSeconds: preStopSeconds + drainSeconds + marginSeconds,
};
