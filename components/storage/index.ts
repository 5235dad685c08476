export { StorageClasses } from "./storage-classes";
