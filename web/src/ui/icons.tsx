// Line drawings of 24 × 24, as by one pen. They say nothing to screen readers: what they stand beside does.

import type { ReactNode } from "react";

export interface Size {
  size?: number;
}

export function Icon({ size = 24, children }: Size & { children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const BellIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4" />
  </Icon>
);
export const BookIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M12 6c-2-1.6-5-2-8-1.6V18c3-.4 6 0 8 1.6 2-1.6 5-2 8-1.6V4.4C17 4 14 4.4 12 6zm0 0v13.6" />
  </Icon>
);
export const PersonIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" />
  </Icon>
);
export const PeopleIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.5M18 14.9c2 .7 3.2 2.5 3.6 5.1" />
  </Icon>
);
export const SchoolIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M3 20.5h18M5 20.5V9l7-5 7 5v11.5M10 20.5v-5h4v5M12 9.5v.01" />
  </Icon>
);
export const PlusIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const CheckIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m5 12.5 4.5 4.5L19 7" />
  </Icon>
);
export const CrossIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m6 6 12 12M18 6 6 18" />
  </Icon>
);
export const ArrowIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M5 12h14m-6-6 6 6-6 6" />
  </Icon>
);
export const BackIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M19 12H5m6-6-6 6 6 6" />
  </Icon>
);
export const DownIcon = (props: Size) => (
  <Icon {...props}>
    <path d="m6 9.5 6 6 6-6" />
  </Icon>
);
export const MoreIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth={3} />
  </Icon>
);
export const EyeIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z" />
    <circle cx="12" cy="12" r="2.8" />
  </Icon>
);
export const HiddenIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 4l16 16M10 5.7A9 9 0 0 1 12 5.5c3.7 0 7 2 9.5 6.5-.8 1.4-1.6 2.5-2.5 3.4M6.3 7.4C4.9 8.5 3.6 10 2.5 12c2.5 4.5 5.8 6.5 9.5 6.5 1.6 0 3.1-.4 4.5-1.1" />
  </Icon>
);
export const ClockIcon = (props: Size) => (
  <Icon {...props}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </Icon>
);
export const ChatIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 5.5h16v11h-9l-4.5 4v-4H4z" />
  </Icon>
);
export const MailIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5" />
  </Icon>
);
export const WarnIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.01" />
  </Icon>
);
export const InfoIcon = (props: Size) => (
  <Icon {...props}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11v5M12 8v.01" />
  </Icon>
);
export const LeaveIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M10 4.5H5v15h5M15 8l4 4-4 4M19 12H9.5" />
  </Icon>
);
export const SearchIcon = (props: Size) => (
  <Icon {...props}>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </Icon>
);
export const PenIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5" />
  </Icon>
);
export const CalendarIcon = (props: Size) => (
  <Icon {...props}>
    <path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4" />
  </Icon>
);
