export { backOff } from './back-off.ts';
