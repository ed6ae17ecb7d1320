/** Permissions that this server knows, with the ids that Microsoft Graph gives them. */
import type { PermissionName, PermissionRow } from './rows.ts';

export const PERMISSIONS: readonly PermissionRow[] = [
  {
    name: 'LearningProvider.Read',
    scopeId: 'dd8ce36f-9245-45ea-a99e-8ac398c22861',
    displayName: 'Read learning provider',
  },
  {
    name: 'LearningProvider.ReadWrite',
    scopeId: '40c2eb57-abaf-49f5-9331-e90fd01f7130',
    displayName: 'Manage learning provider',
  },
  {
    name: 'LearningContent.Read.All',
    scopeId: 'ea4c1fd9-6a9f-4432-8e5d-86e06cc0da77',
    roleId: '8740813e-d8aa-4204-860e-2a0f8f84dbc8',
    displayName: 'Read all learning content',
  },
  {
    name: 'LearningContent.ReadWrite.All',
    scopeId: '53cec1c4-a65f-4981-9dc1-ad75dbf1c077',
    roleId: '444d6fcb-b738-41e5-b103-ac4f2a2628a3',
    displayName: 'Manage all learning content',
  },
  {
    name: 'LearningAssignedCourse.Read',
    scopeId: 'ac08cdae-e845-41db-adf9-5899a0ec9ef6',
    displayName: "Read user's assignments",
  },
  {
    name: 'LearningAssignedCourse.Read.All',
    roleId: '535e6066-2894-49ef-ab33-e2c6d064bb81',
    displayName: 'Read all assignments',
  },
  {
    name: 'LearningAssignedCourse.ReadWrite.All',
    roleId: '236c1cbd-1187-427f-b0f5-b1852454973b',
    displayName: 'Read and write all assignments',
  },
  {
    name: 'LearningSelfInitiatedCourse.Read',
    scopeId: 'f6403ef7-4a96-47be-a190-69ba274c3f11',
    displayName: "Read user's self-initiated courses",
  },
  {
    name: 'LearningSelfInitiatedCourse.Read.All',
    roleId: '467524fc-ed22-4356-a910-af61191e3503',
    displayName: 'Read all self-initiated courses',
  },
  {
    name: 'LearningSelfInitiatedCourse.ReadWrite.All',
    roleId: '7654ed61-8965-4025-846a-0856ec02b5b0',
    displayName: 'Read and write all self-initiated courses',
  },
  {
    name: 'LicenseAssignment.Read.All',
    scopeId: 'f395577a-0960-456b-979f-7228de0c5996',
    roleId: 'e2f98668-2877-4f38-a2f4-8202e0717aa1',
    displayName: 'Read all license assignments.',
  },
  {
    name: 'Organization.Read.All',
    scopeId: '4908d5b9-3fb2-4b1e-9336-1888b7937185',
    roleId: '498476ce-e0fe-48b0-b801-37ba7e2685c6',
    displayName: 'Read organization information',
  },
  {
    name: 'Directory.Read.All',
    scopeId: '06da0dbc-49e2-44d2-8312-53f166ab848a',
    roleId: '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
    displayName: 'Read directory data',
  },
  {
    name: 'User.Read',
    scopeId: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
    displayName: 'Sign in and read user profile',
  },
  {
    name: 'User.ReadBasic.All',
    scopeId: 'b340eb25-3456-403f-be2f-af7a0d370277',
    roleId: '97235f07-e226-4f63-ace3-39588e11d3a1',
    displayName: "Read all users' basic profiles",
  },
  {
    name: 'User.Read.All',
    scopeId: 'a154be20-db9c-4678-8ab7-66f6cc099a59',
    roleId: 'df021288-bdef-4463-88db-98f22de89214',
    displayName: "Read all users' full profiles",
  },
  {
    name: 'LicenseAssignment.ReadWrite.All',
    scopeId: 'f55016cc-149c-447e-8f21-7cf3ec1d6350',
    roleId: '5facf0c1-8979-4e95-abcf-ff3d079771c0',
    displayName: 'Manage all license assignments.',
  },
  {
    name: 'Organization.ReadWrite.All',
    scopeId: '46ca0847-7e6b-426e-9775-ea810a948356',
    roleId: '292d869f-3427-49a8-9dab-8c70152b74e9',
    displayName: 'Read and write organization information',
  },
  {
    name: 'Directory.ReadWrite.All',
    scopeId: 'c5366453-9fb0-48a5-a156-24f0c49a4b84',
    roleId: '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
    displayName: 'Read and write directory data',
  },
  {
    name: 'User.ReadWrite.All',
    scopeId: '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4',
    roleId: '741f803b-c850-494e-b5df-cde7c675a1ca',
    displayName: "Read and write all users' full profiles",
  },
  {
    name: 'User.DeleteRestore.All',
    scopeId: '4bb440cd-2cf2-4f90-8004-aa2acd2537c5',
    roleId: 'eccc023d-eccf-4e7b-9683-8813ab36cecc',
    displayName: 'Delete and restore user accounts',
  },
  {
    name: 'Application.Read.All',
    scopeId: 'c79f8feb-a9db-4090-85f9-90d820caa0eb',
    roleId: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
    displayName: 'Read applications',
  },
  {
    name: 'Application.ReadWrite.OwnedBy',
    roleId: '18a4783c-866b-4cc7-a460-3d5e5662c884',
    displayName: 'Manage apps that this app creates or owns',
  },
  {
    name: 'Application.ReadWrite.All',
    scopeId: 'bdfbf15f-ee85-4955-8675-146e8e5296b5',
    roleId: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
    displayName: 'Read and write all applications',
  },
  {
    name: 'AppRoleAssignment.ReadWrite.All',
    scopeId: '84bccea3-f856-4a8a-967b-dbe0a3d53a64',
    roleId: '06b708a9-e830-4db3-a914-8e69da51d44f',
    displayName: 'Manage app permission grants and app role assignments',
  },
  {
    name: 'DelegatedPermissionGrant.ReadWrite.All',
    scopeId: '41ce6ca6-6826-4807-84f1-1c82854f7ee5',
    roleId: '8e8e4742-1d95-4f68-9d56-6ee75648c72a',
    displayName: 'Manage all delegated permission grants',
  },
] satisfies readonly (PermissionRow & { name: PermissionName })[];
