export { builtWhenMissing } from './built-when-missing.ts';
export { createPictureKeeper } from './keeper.ts';
export { lineageOf, type ReadLineage } from './lineage.ts';
export { createPictureFreeUnits } from './picture-free-units.ts';
export { Pictures } from './pictures.ts';
export { takenUnits, withHall } from './taken-units.ts';
