export { type PngOptions, qrPng } from './png.ts';
export { qrSvg } from './svg.ts';
