// The room's own line drawings, beside those of src/ui.

import { Icon, type Size } from "../ui/icons.tsx";

export const HandIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M7 13V6.5a1.5 1.5 0 0 1 3 0V11m0-5V4.5a1.5 1.5 0 0 1 3 0V11m0-5a1.5 1.5 0 0 1 3 0v7m0-3.5a1.5 1.5 0 0 1 3 0V15c0 4-2.5 6.500-6 6.500-3.500 0-4.800-1.500-6.200-4L4.300 13.700c-.6-1.200 1-2.200 1.900-1.200L7 13.500" />
  </Icon>
);
export const CallIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M3 7h11.500v10H3zM14.500 10.500 21 7.500v9l-6.500-3" />
  </Icon>
);
export const BoardIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M3.500 5h17v11h-17zM12 16v2.500M8 20.500l4-2 4 2M7 12c2-4 3 2 5-1.500s2.500 1 4-1" />
  </Icon>
);
export const PanelIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M3.500 5h17v14h-17zM14.500 5v14" />
  </Icon>
);
export const SendIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 4.500 21 12 4 19.500l2.500-7.500zM6.500 12H12" />
  </Icon>
);
export const ClipIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m19.500 11.500-7.800 7.800a5 5 0 0 1-7-7l8.300-8.300a3.300 3.300 0 0 1 4.700 4.700l-8.200 8.200a1.700 1.700 0 0 1-2.400-2.400l7.400-7.400" />
  </Icon>
);
export const FileIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M6 3.500h8l4.500 4.500v12.500H6zM13.500 3.500V8.500h5M9 13h6M9 16.500h4" />
  </Icon>
);
export const BinIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 6.500h16M9 6.500v-3h6v3M6 6.500l1 14h10l1-14M10 10.500v6M14 10.500v6" />
  </Icon>
);
export const HelpIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M8.500 9a3.500 3.500 0 1 1 5.200 3c-1.200.7-1.700 1.300-1.700 2.500M12 18.500v.01" />
  </Icon>
);
export const FlagIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M6 21V4m0 .500c4-2 8 2 12 0v9c-4 2-8-2-12 0" />
  </Icon>
);
