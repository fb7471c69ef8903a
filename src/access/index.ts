export { type AccessBook, openAccessBook } from './access-book.ts';
export { type AccessKey, isRoleEnough, ROLES, type Role } from './access-key.ts';
