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
