//! What to do about what a check found, where the hint of its error does not
//! say it all; and the words for whoever manages the account, which are in the
//! language of its console whatever this program speaks.

use wxbackup::doctor::Subject;
use wxbackup::message;
use wxbackup::model::{AppId, Section};
use wxbackup::text::Message;
use wxbackup::wechat;
use wxbackup::wechat::Class;

/// Where the list of addresses is. The menu was renamed once, and is about to
/// move to another site.
const LIST_OF_ADDRESSES: &str = "登录 mp.weixin.qq.com，打开「设置与开发 → 开发接口管理 → 基本配置」\
     （旧版菜单：「设置与开发 → 基本配置」；如页面提示已迁到「微信开发者平台」，请到那里修改）";

/// What a backup does to an account.
const PURPOSE: &str =
    "用途：备份程序 wxbackup 通过官方接口只读取公众号内容，不发布、不修改、不删除。";

/// What to do about a refusal, where the section tells more than the code.
pub(super) fn on_refusal(subject: Subject, error: &wechat::Error) -> Option<Message> {
    let Subject::Section(section) = subject else {
        return None;
    };
    // Words of mp.weixin.qq.com, as its users see them in every language.
    (error.class() == Class::NoPermission).then(|| match section {
        Section::Published => message!(
            "doctor-published-advice",
            published = "发布",
            verification = "微信认证"
        ),
        _ => message!(
            "doctor-section-advice",
            program = "小程序",
            grants = "权限集",
            menu = "设置与开发 → 接口权限"
        ),
    })
}

/// What to ask of whoever manages the account, where only they can act.
pub(super) fn for_admin(subject: Subject, error: &wechat::Error, app_id: &AppId) -> Option<String> {
    let account = format!("公众号（AppID：{app_id}）");
    Some(match (subject, error.errcode()?) {
        (Subject::Address, 89501..=89505) => {
            let address = seen(error);
            format!(
                "微信已向{account}的管理员发送确认消息：{address}请求调用接口。请管理员在微信里核对后点「确认」。{PURPOSE}"
            )
        }
        (Subject::Address, 89506 | 89507) => {
            let address = seen(error);
            format!(
                "{account}的管理员此前拒绝了{address}的调用请求。如确为本单位的备份服务器，请{LIST_OF_ADDRESSES}，\
                 在「IP白名单」中添加该 IP；拒绝一次需等 1 小时，两次需等 24 小时。{PURPOSE}"
            )
        }
        (Subject::Address, _) => {
            let address = seen(error);
            format!(
                "请{account}的管理员{LIST_OF_ADDRESSES}，在「IP白名单」中添加{address}，并扫码确认。\
                 不支持网段和通配符，保存后几分钟内生效。{PURPOSE}"
            )
        }
        (Subject::Credential, 40243) => {
            format!(
                "{account}的 AppSecret 已被冻结。请管理员{LIST_OF_ADDRESSES}，解冻或重置 AppSecret，并安全地交给备份服务器的维护人。"
            )
        }
        (Subject::Credential, 40001 | 40013 | 40125) => {
            format!(
                "备份程序使用的 AppID 与 AppSecret 不匹配（{app_id}）。请管理员{LIST_OF_ADDRESSES}，核对 AppID；如 AppSecret 已重置，请把新的 AppSecret 安全地交给备份服务器的维护人。"
            )
        }
        (Subject::Account, _) => {
            format!(
                "{account}被微信限制或冻结。请管理员登录 mp.weixin.qq.com，查看站内通知和「违规记录」，按提示处理或申诉。"
            )
        }
        (Subject::Section(Section::Published), 48001) => {
            format!(
                "{account}没有「发布能力」接口权限：自 2025 年 7 月起，个人主体和未认证的账号不能调用。需要备份已发布的文章，请完成微信认证；不需要，请告知备份服务器的维护人。"
            )
        }
        (Subject::Section(section), 48001) => {
            let name = match section {
                Section::Draft => "草稿箱",
                _ => "素材管理",
            };
            format!(
                "{account}没有「{name}」接口权限。请管理员登录 mp.weixin.qq.com，在「设置与开发 → 接口权限」查看；未认证的账号可能没有，小程序的 AppID 一定没有。"
            )
        }
        _ => return None,
    })
}

/// The address that WeChat saw, as a part of a Chinese sentence.
fn seen(error: &wechat::Error) -> String {
    error.seen_address().map_or_else(
        || "备份服务器的出口 IP".to_owned(),
        |address| format!("备份服务器的 IP {address}"),
    )
}
