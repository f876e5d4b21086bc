/*
 * nelem.h: the number of elements of an array that is not a pointer.
 */
#ifndef BASE_NELEM_H
#define BASE_NELEM_H

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

#endif
