/** The list of probes, in the order in which they run. Their ids are stable. */
import type { Probe } from "../probe";
import { avatarLink } from "./avatarLink";
import { bearerApiToken } from "./bearerApiToken";
import { commentLength } from "./commentLength";
import { credentialHeaders } from "./credentialHeaders";
import { defaultEnvironments } from "./defaultEnvironments";
import { deployKeyLabel } from "./deployKeyLabel";
import { deployKeyReserved } from "./deployKeyReserved";
import { errorWrapper } from "./errorWrapper";
import { folderListing } from "./folderListing";
import { forkFlags } from "./forkFlags";
import { forkPolicyKept } from "./forkPolicyKept";
import { inheritedRestrictions } from "./inheritedRestrictions";
import { invisibleWorkspace } from "./invisibleWorkspace";
import { issuesOn } from "./issuesOn";
import { linksOnObjects } from "./linksOnObjects";
import { locationHeaders } from "./locationHeaders";
import { mergeStrategies } from "./mergeStrategies";
import { organisationGroups } from "./organisationGroups";
import { pagelenHundred } from "./pagelenHundred";
import { partialProject } from "./partialProject";
import { partialRepository } from "./partialRepository";
import { pipelinesByUuid } from "./pipelinesByUuid";
import { pipelinesNext } from "./pipelinesNext";
import { pipelinesReadBack } from "./pipelinesReadBack";
import { premiumRestriction } from "./premiumRestriction";
import { projectDeletion } from "./projectDeletion";
import { projectDeployKeys } from "./projectDeployKeys";
import { projectKeyLowerCase } from "./projectKeyLowerCase";
import { projectKeyRename } from "./projectKeyRename";
import { publicNoForks } from "./publicNoForks";
import { rateLimitGroup } from "./rateLimitGroup";
import { rateLimitHeaders } from "./rateLimitHeaders";
import { retryAfter } from "./retryAfter";
import { runnerCordoned } from "./runnerCordoned";
import { runnerLabels } from "./runnerLabels";
import { runnerSecret } from "./runnerSecret";
import { scheduleLimit } from "./scheduleLimit";
import { secondRestriction } from "./secondRestriction";
import { slashInBranchPath } from "./slashInBranchPath";
import { slashInSource } from "./slashInSource";
import { sourceHead } from "./sourceHead";
import { sourceJson } from "./sourceJson";
import { sourceRoot } from "./sourceRoot";
import { webhookErrorFields } from "./webhookErrorFields";
import { webhookEventTwice } from "./webhookEventTwice";
import { webhookInternalUrl } from "./webhookInternalUrl";
import { webhookUnresolvedUrl } from "./webhookUnresolvedUrl";
import { websiteKept } from "./websiteKept";
import { wikiOn } from "./wikiOn";

export const probes: readonly Probe[] = [
  secondRestriction,
  pipelinesByUuid,
  scheduleLimit,
  runnerLabels,
  runnerCordoned,
  runnerSecret,
  projectKeyRename,
  projectKeyLowerCase,
  projectDeletion,
  websiteKept,
  avatarLink,
  locationHeaders,
  wikiOn,
  issuesOn,
  slashInSource,
  folderListing,
  slashInBranchPath,
  sourceRoot,
  sourceHead,
  sourceJson,
  webhookEventTwice,
  webhookInternalUrl,
  webhookUnresolvedUrl,
  webhookErrorFields,
  errorWrapper,
  invisibleWorkspace,
  forkPolicyKept,
  forkFlags,
  publicNoForks,
  linksOnObjects,
  mergeStrategies,
  rateLimitHeaders,
  rateLimitGroup,
  credentialHeaders,
  bearerApiToken,
  pipelinesNext,
  pagelenHundred,
  deployKeyLabel,
  deployKeyReserved,
  projectDeployKeys,
  partialRepository,
  partialProject,
  inheritedRestrictions,
  organisationGroups,
  commentLength,
  premiumRestriction,
  defaultEnvironments,
  pipelinesReadBack,
  retryAfter,
];
