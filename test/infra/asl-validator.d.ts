declare module 'asl-validator' {
  const validate: (definition: object, options?: object) => { isValid: boolean; errors: readonly unknown[]; errorsText(separator?: string): string };
  export default validate;
}
