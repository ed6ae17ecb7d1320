/** Whether a server can start and serve with these settings, and what keeps it from that. Changes nothing. */
import type { Settings } from '../../config/settings.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { checkDatabase } from '../diagnosis/check-database.ts';
import { checkCertificate, checkDisk, checkFolder } from '../diagnosis/check-files.ts';
import { checkPorts } from '../diagnosis/check-ports.ts';
import { CHECKS } from '../diagnosis/diagnosis.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';

/** One of each check, in their order. */
export async function diagnose(settings: Settings): Promise<readonly Diagnosis[]> {
  const folder = findDataFolder(settings.dataDir);
  const findings = {
    folder: checkFolder(settings, folder),
    certificate: checkCertificate(settings, folder),
    ...(await checkDatabase(settings, folder)),
    disk: checkDisk(settings, folder),
    port: await checkPorts(settings, folder),
  };
  return CHECKS.map((check) => ({ check, ...findings[check] }));
}
