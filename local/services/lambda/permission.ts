// The statement that AddPermission (or AWS::Lambda::Permission) puts into a function's policy.
import type { PolicyStatement } from '../../simulated.ts';

interface PermissionProperties {
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
  readonly PrincipalOrgID?: string;
  readonly FunctionUrlAuthType?: string;
  readonly InvokedViaFunctionUrl?: boolean;
}

const principal = (written: string): unknown => {
  if (written === '*') return '*';
  if (/^\d{12}$/.test(written)) return { AWS: `arn:aws:iam::${written}:root` };
  return written.startsWith('arn:') ? { AWS: written } : { Service: written };
};

export const permissionStatement = (sid: string, functionArn: string, properties: PermissionProperties): PolicyStatement => {
  const { Action, Principal, SourceArn, SourceAccount, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
  const equals = {
    ...(SourceAccount === undefined ? {} : { 'AWS:SourceAccount': SourceAccount }),
    ...(PrincipalOrgID === undefined ? {} : { 'aws:PrincipalOrgID': PrincipalOrgID }),
    ...(FunctionUrlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
  };
  const condition = {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(InvokedViaFunctionUrl === undefined ? {} : { Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) } }),
  };
  const statement = { Sid: sid, Effect: 'Allow', Principal: principal(Principal), Action, Resource: functionArn };
  return Object.keys(condition).length === 0 ? statement : { ...statement, Condition: condition };
};
