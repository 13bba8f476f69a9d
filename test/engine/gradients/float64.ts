// Imported before tfjs: its plain JavaScript backend then keeps and computes everything in float64.
import { types } from 'node:util';

Object.assign(globalThis, { Float32Array: Float64Array });
Object.assign(types, { isFloat32Array: types.isFloat64Array });
