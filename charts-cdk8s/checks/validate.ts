import type { Finding, Objects } from './finding.ts';
import { closedByDefault, onlyAllows, principals, rulesSayWhat } from './rules/access-policies.ts';
import { analysisMetrics, stepAnalysesEnd } from './rules/analyses.ts';
import { configData, objectSizes } from './rules/config.ts';
import { containerFormats, restartPolicies, volumes } from './rules/containers.ts';
import { emptyLists } from './rules/empty-lists.ts';
import { annotationFormats, labelFormats } from './rules/labels.ts';
import { gracePeriods, probes } from './rules/lifecycle.ts';
import { meshExpressions } from './rules/mesh-expressions.ts';
import {
  claimRoutes,
  deprecatedAnnotations,
  destinationPorts,
  expressions,
  gatewayConflicts,
  injectedNamespaces,
  inlineKeys,
  meshSchema,
  mutualTlsConflicts,
  routeSubsets,
  subsetPods,
  unverifiedServers,
} from './rules/mesh-settings.ts';
import { duplicates, nameFormats, namespaces } from './rules/names.ts';
import { addressBlocks, policyTypes } from './rules/network-policies.ts';
import { operatedPods } from './rules/operated.ts';
import { namespaceSecurity, podSecurity } from './rules/pod-security.ts';
import { containerPorts, probePorts, servicePorts, targetPorts } from './rules/ports.ts';
import { quantities } from './rules/quantities.ts';
import {
  configMaps,
  ingressBackends,
  sealedProperties,
  secrets,
  serviceAccounts,
  triggerAuthentications,
  volumeClaims,
} from './rules/references.ts';
import {
  analysisTemplates,
  previewsAreProven,
  rolloutAnalyses,
  rolloutServices,
  rolloutTraffic,
  stuckCanaries,
} from './rules/rollouts.ts';
import { type CoveredRoute, routeCoverage } from './rules/route-coverage.ts';
import { autoscalerConflicts, autoscalers, disruptionBudgets, schedules } from './rules/scaling.ts';
import { selectorsFindPods, selectorsMatchTemplates, selectorsOverlap } from './rules/selectors.ts';
import {
  plainHttpIsRedirected,
  readRetriesAreBounded,
  routesAreNamedAndTimed,
  wholeHosts,
  writesAreNotRetried,
} from './rules/traffic-policies.ts';
import {
  availability,
  drains,
  images,
  podLabels,
  probesAreThere,
  replicasAreLeft,
  resourcesAreThere,
  rolloutsAreNative,
  secretsInGit,
} from './rules/workload-policies.ts';

type Rule = (objects: Objects) => readonly Finding[];

/** What the API server, an operator or istiod would refuse or not find. */
const objectRules: readonly Rule[] = [
  nameFormats,
  namespaces,
  duplicates,
  labelFormats,
  annotationFormats,
  selectorsMatchTemplates,
  selectorsOverlap,
  selectorsFindPods,
  containerPorts,
  servicePorts,
  targetPorts,
  probePorts,
  containerFormats,
  volumes,
  restartPolicies,
  quantities,
  probes,
  gracePeriods,
  autoscalers,
  autoscalerConflicts,
  disruptionBudgets,
  schedules,
  configData,
  objectSizes,
  addressBlocks,
  policyTypes,
  emptyLists,
  meshExpressions,
  serviceAccounts,
  configMaps,
  secrets,
  sealedProperties,
  volumeClaims,
  ingressBackends,
  triggerAuthentications,
  rolloutTraffic,
  rolloutAnalyses,
  analysisMetrics,
  stepAnalysesEnd,
  rolloutServices,
  principals,
];

/** What `istioctl analyze` finds, beside that which `analyze` knows already. */
const meshRules: readonly Rule[] = [
  injectedNamespaces,
  routeSubsets,
  meshSchema,
  destinationPorts,
  mutualTlsConflicts,
  expressions,
  unverifiedServers,
  gatewayConflicts,
  claimRoutes,
  subsetPods,
  inlineKeys,
  deprecatedAnnotations,
];

/** What is allowed in general, and not here. */
const houseRules: readonly Rule[] = [
  podSecurity,
  namespaceSecurity,
  images,
  availability,
  operatedPods,
  probesAreThere,
  resourcesAreThere,
  drains,
  replicasAreLeft,
  rolloutsAreNative,
  previewsAreProven,
  stuckCanaries,
  analysisTemplates,
  podLabels,
  secretsInGit,
  writesAreNotRetried,
  readRetriesAreBounded,
  routesAreNamedAndTimed,
  wholeHosts,
  plainHttpIsRedirected,
  closedByDefault,
  onlyAllows,
  rulesSayWhat,
];

/**
 * Every fault in the manifests of a cluster that can be seen without one. For objects that have passed the check of
 * their schemas.
 * @param routes declared routes with the doors that must let them through; none are looked at by default
 */
export function validate(objects: Objects, routes: readonly CoveredRoute[] = []): readonly Finding[] {
  return [
    ...[...objectRules, ...meshRules, ...houseRules].flatMap((rule) => rule(objects)),
    ...routeCoverage(objects, routes),
  ];
}
