export { type Admission, type Load, nextServing } from './admission.ts';
export { createAdmission } from './controller.ts';
export { waitingRoomHandlers } from './handlers.ts';
export { measuredShares, waitingRooms } from './migration.ts';
export { waitingRoomRoutes } from './routes.ts';
export { commitmentOf, digestOf, drawOrder, entrantBytes, entrantOf } from './shuffle.ts';
export { createSigning, type Holder } from './signing.ts';
export { type ShuffleRecord, verifyShuffle } from './verify-shuffle.ts';
export { createWaitingRoom, type WaitingRoom, type WaitingRoomOptions } from './waiting-room.ts';
