/**
 * Which products and service plans of Microsoft a licence is, by the names and ids of "Product names and service plan
 * identifiers for licensing".
 */
import type { Licence } from './directory.ts';
import type { ServicePlanInfo } from './value-types.ts';

export interface ProductRow {
  readonly skuId: string;
  readonly skuPartNumber: string;
  /** The licences of users who hold it. */
  readonly licences: readonly Licence[];
  readonly servicePlans: readonly ServicePlanInfo[];
}

const plan = (
  servicePlanName: string,
  servicePlanId: string,
  appliesTo: 'User' | 'Company' = 'User',
): ServicePlanInfo => ({
  servicePlanId,
  servicePlanName,
  provisioningStatus: 'Success',
  appliesTo,
});

/** The plan by which a user may use Viva Learning, for each licence. */
export const LEARNING_PLANS = {
  seeded: plan('VIVA_LEARNING_SEEDED', 'b76fb638-6ba6-402a-b9f9-83d28acb3d86'),
  premium: plan('VIVA_LEARNING_PREMIUM', '7162bd38-edae-4022-83a7-c5837f951759'),
} as const satisfies Readonly<Record<Exclude<Licence, 'none'>, ServicePlanInfo>>;

/** A user with the premium licence holds both, as the Viva Suite is bought beside Microsoft 365. */
export const PRODUCTS: readonly ProductRow[] = [
  // Microsoft 365 E5 for developers, with a few of its plans.
  {
    skuId: 'c42b9cae-ea4f-4ab7-9717-81576235ccac',
    skuPartNumber: 'DEVELOPERPACK_E5',
    licences: ['seeded', 'premium'],
    servicePlans: [
      LEARNING_PLANS.seeded,
      plan('YAMMER_ENTERPRISE', '7547a3fe-08ee-4ccb-b430-5077c5041653'),
      plan('AAD_PREMIUM_P2', 'eec0eb4f-6444-4f95-aba0-50c24d67f998'),
    ],
  },
  // Microsoft Viva Suite.
  {
    skuId: '61902246-d7cb-453e-85cd-53ee28eec138',
    skuPartNumber: 'VIVA',
    licences: ['premium'],
    servicePlans: [
      plan('GRAPH_CONNECTORS_SEARCH_INDEX_TOPICEXP', 'b74d57b2-58e9-484a-9731-aeccbba954f0', 'Company'),
      plan('WORKPLACE_ANALYTICS_INSIGHTS_USER', 'b622badb-1b45-48d5-920f-4b27a2c0996c'),
      plan('WORKPLACE_ANALYTICS_INSIGHTS_BACKEND', 'ff7b261f-d98b-415b-827c-42a3fdf015af', 'Company'),
      plan('CORTEX', 'c815c93d-0759-4bb8-b857-bc921a71be83'),
      plan('VIVAENGAGE_COMMUNITIES_AND_COMMUNICATIONS', '43304c6a-1d4e-4e0b-9b06-5b2a2ff58a90'),
      plan('VIVAENGAGE_KNOWLEDGE', 'c244cc9e-622f-4576-92ea-82e233e44e36'),
      plan('Viva_Goals_Premium', 'b44c6eaf-5c9f-478c-8f16-8cea26353bfb'),
      LEARNING_PLANS.premium,
    ],
  },
];
