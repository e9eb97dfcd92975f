/** The checks of the audit, in the order of the documentation. */

import { approvals } from "./approvals";
import { branchDeletion } from "./branchDeletion";
import { deployKeyAge } from "./deployKeyAge";
import { deployKeyUnused } from "./deployKeyUnused";
import { directAccess } from "./directAccess";
import { directPush } from "./directPush";
import { forcePush } from "./forcePush";
import { forksAllowed } from "./forksAllowed";
import { inactiveRepository } from "./inactiveRepository";
import { leaverAccess } from "./leaverAccess";
import { openDeployment } from "./openDeployment";
import { passingBuilds } from "./passingBuilds";
import { plainSecret } from "./plainSecret";
import { publicRepository } from "./publicRepository";
import { publicRunner } from "./publicRunner";
import type { AuditCheck } from "./shared/check";
import { sharedRunner } from "./sharedRunner";
import { tooManyAdmins } from "./tooManyAdmins";
import { unlistedAdmin } from "./unlistedAdmin";
import { webhookCertificate } from "./webhookCertificate";
import { webhookEncryption } from "./webhookEncryption";
import { webhookHost } from "./webhookHost";
import { webhookSecret } from "./webhookSecret";

export const checks: readonly AuditCheck[] = [
  publicRepository,
  forksAllowed,
  approvals,
  passingBuilds,
  forcePush,
  branchDeletion,
  directPush,
  tooManyAdmins,
  unlistedAdmin,
  directAccess,
  leaverAccess,
  deployKeyAge,
  deployKeyUnused,
  webhookEncryption,
  webhookCertificate,
  webhookSecret,
  webhookHost,
  plainSecret,
  openDeployment,
  sharedRunner,
  publicRunner,
  inactiveRepository,
];

/** @returns undefined where there is no check of this id. */
export function checkNamed(id: string): AuditCheck | undefined {
  return checks.find((check) => check.id === id);
}
