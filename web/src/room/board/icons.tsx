// The board's own line drawings: its tools.

import { Icon, type Size } from "../../ui/icons.tsx";

export const MarkerIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m9 13 7-9.500 4.500 4L12 16zM9 13l-3.500 5H9l3-2M4 21h16" />
  </Icon>
);
export const EraserIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M8.500 20 4 15.500a1.500 1.500 0 0 1 0-2l8.500-8.500a1.500 1.500 0 0 1 2 0l5 5a1.500 1.500 0 0 1 0 2L11.500 20zM8.500 9l6.500 6.500M8.500 20H20" />
  </Icon>
);
export const TextIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M5 7V4.500h14V7M12 4.500v15M9 19.500h6" />
  </Icon>
);
export const LaserIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m4 20 8.500-8.500M10.500 9.500l4 4M17 7V3M17 7h4M17 7l3-3M17 7l-2.500-2.500M17 7l2.500 2.500" />
  </Icon>
);
export const ArrowheadIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m6 4 12.500 8-5.500 1.200L16 19l-2.500 1.200-3-5.700L6 18z" />
  </Icon>
);
export const LineIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M5 19 19 5" />
  </Icon>
);
export const PointerIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M5 19 19 5M10.500 5H19v8.500" />
  </Icon>
);
export const RectangleIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 6h16v12H4z" />
  </Icon>
);
export const EllipseIcon = (props: Size) => (
  <Icon {...props}>
    <ellipse cx="12" cy="12" rx="8.500" ry="6.500" />
  </Icon>
);
export const DiamondIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m12 3.500 8.500 8.500-8.500 8.500L3.500 12z" />
  </Icon>
);
export const PictureIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 5h16v14H4zM4 16l4.500-4.500 4 4 3-3L20 17M15.500 9v.01" />
  </Icon>
);
export const UndoIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M8.500 5 4 9.500 8.500 14M4 9.500h9.500a5.500 5.500 0 0 1 0 11H9" />
  </Icon>
);
export const RedoIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M15.500 5 20 9.500 15.500 14M20 9.500h-9.500a5.500 5.500 0 0 0 0 11H15" />
  </Icon>
);
export const SaveIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M12 4v10.500M7.500 10.500 12 15l4.500-4.500M4.500 19.500h15" />
  </Icon>
);
export const PrintIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z" />
  </Icon>
);
export const WidthIcon = ({ width, ...props }: Size & { width: number }) => (
  <Icon {...props}>
    <path d="M4.500 12h15" strokeWidth={1.5 * width} />
  </Icon>
);
export const WidthsIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 6h16" strokeWidth={1} />
    <path d="M4 11h16" strokeWidth={2.5} />
    <path d="M4 17.500h16" strokeWidth={4.5} />
  </Icon>
);
export const FadedIcon = (props: Size) => (
  <Icon {...props}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 3.500v17M12 8h7.500M12 12h8.500M12 16h7.500" />
  </Icon>
);
