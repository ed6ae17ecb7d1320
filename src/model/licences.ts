/** How assigned products and the licence that rules go by follow from each other. */
import { LICENCES } from './directory.ts';
import type { AssignedLicense, DirectoryUser, Licence } from './directory.ts';
import { LEARNING_PLANS, PRODUCTS } from './products.ts';
import type { ProductRow } from './products.ts';
import type { ServicePlanInfo } from './value-types.ts';

/** A product that a user holds, with the plans that are not disabled. */
export interface HeldProduct {
  readonly product: ProductRow;
  readonly disabledPlans: readonly string[];
}

/** The products of a user: those assigned one by one, or those of the licence. */
export function productsOf({
  licence,
  assignedLicenses,
}: Pick<DirectoryUser, 'licence' | 'assignedLicenses'>): readonly HeldProduct[] {
  if (assignedLicenses === null) {
    const held = PRODUCTS.filter(({ licences }) => licences.includes(licence));
    return held.map((product) => ({ product, disabledPlans: [] }));
  }
  return assignedLicenses.flatMap(({ skuId, disabledPlans }) => {
    const product = PRODUCTS.find((known) => known.skuId === skuId);
    return product === undefined ? [] : [{ product, disabledPlans }];
  });
}

/** The products of a user, as the directory shows them. */
export function assignedLicensesOf(user: DirectoryUser): readonly AssignedLicense[] {
  return productsOf(user).map(({ product, disabledPlans }) => ({ skuId: product.skuId, disabledPlans }));
}

/** The best licence of Viva Learning among the plans that the products leave enabled. */
export function licenceOf(assigned: readonly AssignedLicense[]): Licence {
  const plans = assigned.flatMap(({ skuId, disabledPlans }) => {
    const { servicePlans = [] } = PRODUCTS.find((known) => known.skuId === skuId) ?? {};
    return servicePlans.map(({ servicePlanId }) => servicePlanId).filter((id) => !disabledPlans.includes(id));
  });
  const isHeld = (licence: Licence) => licence !== 'none' && plans.includes(LEARNING_PLANS[licence].servicePlanId);
  return LICENCES.findLast(isHeld) ?? 'none';
}

/** Plans of a product as its holder has them. */
export function plansOf({ product, disabledPlans }: HeldProduct): readonly ServicePlanInfo[] {
  return product.servicePlans.map((plan) =>
    disabledPlans.includes(plan.servicePlanId) ? { ...plan, provisioningStatus: 'Disabled' } : plan,
  );
}
