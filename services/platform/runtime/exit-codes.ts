/** The configuration is wrong; starting again is no help (sysexits.h). */
export const EX_CONFIG = 78;
