import { serializeLearningAssignment } from '@microsoft/msgraph-sdk/models/index.js';
import { serializeLearningAssignment as b } from '@microsoft/msgraph-beta-sdk/models/index.js';
export const x = [serializeLearningAssignment, b];
